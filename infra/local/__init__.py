"""Runs all of Fanlight on one machine, with AWS, API Gateway and CloudFront in process."""
