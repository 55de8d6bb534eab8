"""Black-box tests: boto3 against a running server, one file for each noun or rule."""
