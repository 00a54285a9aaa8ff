"""Everything of Fanlight on one machine: AWS in process, API Gateway, S3, CloudFront, Lambda."""
