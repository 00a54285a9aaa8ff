"""The HTTP edge: routes, inputs, answers, pages, limits and the OpenAPI document."""
