"""The clients that people already have, unmodified, against a running server.

What no package registry gives us (a CloudFormation handler, Terraform's provider, Amplify's functions) is told again in
a module of ours: the same calls with the same members in the same order, and what becomes of the answers.
"""
