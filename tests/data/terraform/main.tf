# An API with an integration of each type, and what hangs on it: for tests of the sandbox and of replays.
# `second` changes in place what the provider changes in place.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" {
  type = string
}

variable "second" {
  type    = bool
  default = false
}

provider "aws" {
  region     = "us-east-1"
  access_key = "AKIDEXAMPLE"
  secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  endpoints {
    apigateway = var.endpoint
    sts        = var.endpoint
  }
}

locals {
  role   = "arn:aws:iam::123456789012:role/gateway"
  lambda = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"

  integrations = {
    mock       = { type = "MOCK", request_templates = { "application/json" = "{\"statusCode\": ${var.second ? 201 : 200}}", "text/a~b" = "x" } }
    mock_blank = { type = "MOCK", request_templates = { "application/json" = "" } }
    http       = { type = "HTTP", integration_http_method = "GET", uri = var.second ? "https://example.com/{id}?new=1" : "https://example.com/{id}",
      request_parameters = { "integration.request.path.id" = "method.request.path.id", "integration.request.header.A" = "'a b'" },
      cache_key_parameters = ["method.request.path.id"], timeout_milliseconds = var.second ? 29000 : 1000,
      content_handling = var.second ? null : "CONVERT_TO_TEXT", tls = var.second }
    http_proxy = { type = "HTTP_PROXY", integration_http_method = "ANY", uri = "http://nlb.internal/", connection_type = "VPC_LINK", vpc_link = true }
    aws        = { type = "AWS", integration_http_method = "POST", uri = "arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue", credentials = local.role, passthrough_behavior = "NEVER" }
    aws_proxy  = { type = "AWS_PROXY", integration_http_method = "POST", uri = local.lambda }
  }
}

resource "aws_api_gateway_rest_api" "api" {
  name        = "terraform"
  description = "an integration of each type"
  tags        = { team = var.second ? "b" : "a" }
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_vpc_link" "link" {
  name        = "link"
  target_arns = ["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/0123456789abcdef"]
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
  http_method        = "POST"
  authorization      = "NONE"
  request_parameters = { "method.request.path.id" = true, "method.request.querystring.q" = false }
}

resource "aws_api_gateway_integration" "integration" {
  for_each                = local.integrations
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_resource.path[each.key].id
  http_method             = aws_api_gateway_method.method[each.key].http_method
  type                    = each.value.type
  integration_http_method = try(each.value.integration_http_method, null)
  uri                     = try(each.value.uri, null)
  connection_type         = try(each.value.connection_type, null)
  connection_id           = try(each.value.vpc_link, false) ? aws_api_gateway_vpc_link.link.id : null
  credentials             = try(each.value.credentials, null)
  request_parameters      = try(each.value.request_parameters, null)
  request_templates       = try(each.value.request_templates, null)
  passthrough_behavior    = try(each.value.passthrough_behavior, null)
  cache_key_parameters    = try(each.value.cache_key_parameters, null)
  content_handling        = try(each.value.content_handling, null)
  timeout_milliseconds    = try(each.value.timeout_milliseconds, null)

  dynamic "tls_config" {
    for_each = try([each.value.tls], [])
    content {
      insecure_skip_verification = tls_config.value
    }
  }
}

resource "aws_api_gateway_method_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.api.id
  resource_id         = aws_api_gateway_resource.path["mock"].id
  http_method         = aws_api_gateway_method.method["mock"].http_method
  status_code         = "200"
  response_parameters = { "method.response.header.X" = true }
}

resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.api.id
  resource_id         = aws_api_gateway_resource.path["mock"].id
  http_method         = aws_api_gateway_method.method["mock"].http_method
  status_code         = aws_api_gateway_method_response.ok.status_code
  response_parameters = { "method.response.header.X" = "'x'" }
  response_templates  = { "application/json" = "{\"ok\": ${var.second}}" }
  depends_on          = [aws_api_gateway_integration.integration]
}

resource "aws_api_gateway_deployment" "live" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  depends_on  = [aws_api_gateway_integration_response.ok]
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  deployment_id = aws_api_gateway_deployment.live.id
  stage_name    = "live"
  variables     = { host = var.second ? "b" : "a" }
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.live.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled = true
    logging_level   = "INFO"
  }
}
