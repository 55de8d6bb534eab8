# The server in a container: docs/running.md, "In a container". Build: docker build -t openprofiles .

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
# The constraints hold for what builds the package too.
ENV PIP_CONSTRAINT=/source/constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/openprofiles
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY openprofiles/ openprofiles/
# Compiled here: the user of the image can not write bytecode beside the program.
RUN pip --python /opt/openprofiles/bin/python install --compile .

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="openprofiles" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/openprofiles /opt/openprofiles

# A number, so that Kubernetes sees that it is not root (runAsNonRoot). The folder is the user's before it is a volume,
# and a new volume takes over owner and mode.
RUN groupadd --gid 10001 openprofiles \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin openprofiles \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
USER 10001:10001
WORKDIR /data

# Everywhere else the server listens on 127.0.0.1 unless asked. In a container that would be its own loopback, which
# nobody else reaches: so here it listens on all of the container's addresses, and what gets out is for
# `docker run --publish` to say. Only who publishes the port opens it.
ENV PATH=/opt/openprofiles/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OPENPROFILES_DATA=/data \
    OPENPROFILES_LISTEN=0.0.0.0:8090
EXPOSE 8090
VOLUME /data

# Whether the store answers. An orchestrator that restarts what is unhealthy had better ask /-/health: a database that is
# away for a while comes back without a restart. The image has no curl; and a proxy of the environment is not asked.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", "import os, sys; from http.client import HTTPConnection; from openprofiles.settings import address, read_settings; server = HTTPConnection(*address(read_settings(os.environ)), timeout=4); server.request('GET', '/-/ready'); sys.exit(server.getresponse().status != 200)"]

ENTRYPOINT ["openprofiles"]
CMD ["serve"]
