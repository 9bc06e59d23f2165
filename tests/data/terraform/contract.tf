# Three integrations that have recordings (tests/e2e/test_terraform_replay.py), and what Terraform makes around them.
# No endpoint and no credentials: what `gwtape replay -- terraform …` puts into the environment is used.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "timeout" {
  type    = number
  default = 5000
}

resource "aws_api_gateway_rest_api" "api" {
  name = "contract"
}

locals {
  integrations = {
    mock   = { type = "MOCK", request_templates = { "application/json" = "{\"statusCode\": 200}" } }
    http   = { type = "HTTP", integration_http_method = "GET", uri = "https://example.com/{id}",
      request_parameters   = { "integration.request.path.id" = "method.request.path.id", "integration.request.header.A" = "'a'" },
      cache_key_parameters = ["method.request.path.id"], timeout_milliseconds = var.timeout }
    lambda = { type = "AWS_PROXY", integration_http_method = "POST",
      uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations" }
  }
}

resource "aws_api_gateway_resource" "path" {
  for_each    = local.integrations
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_method" "method" {
  for_each           = local.integrations
  rest_api_id        = aws_api_gateway_rest_api.api.id
  resource_id        = aws_api_gateway_resource.path[each.key].id
  http_method        = "GET"
  authorization      = "NONE"
  request_parameters = { "method.request.path.id" = true }
}

resource "aws_api_gateway_integration" "integration" {
  for_each                = local.integrations
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_resource.path[each.key].id
  http_method             = aws_api_gateway_method.method[each.key].http_method
  type                    = each.value.type
  integration_http_method = try(each.value.integration_http_method, null)
  uri                     = try(each.value.uri, null)
  request_parameters      = try(each.value.request_parameters, null)
  request_templates       = try(each.value.request_templates, null)
  cache_key_parameters    = try(each.value.cache_key_parameters, null)
  timeout_milliseconds    = try(each.value.timeout_milliseconds, null)
}

resource "aws_api_gateway_method_response" "ok" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  resource_id = aws_api_gateway_resource.path["mock"].id
  http_method = aws_api_gateway_method.method["mock"].http_method
  status_code = "200"
}

resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  resource_id = aws_api_gateway_resource.path["mock"].id
  http_method = aws_api_gateway_method.method["mock"].http_method
  status_code = aws_api_gateway_method_response.ok.status_code
  depends_on  = [aws_api_gateway_integration.integration]
}
