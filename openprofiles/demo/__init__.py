"""The bundled demo: a seeded sample of customers, and the main job done with it by boto3."""
