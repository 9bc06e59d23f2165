# One of two cached parameters goes: the method gives it up, then its mapping and its cache key go. For test_terraform.py.

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
  region                      = "us-east-1"
  access_key                  = "AKIDEXAMPLE"
  secret_key                  = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  endpoints {
    apigateway = var.endpoint
    sts        = var.endpoint
  }
}

resource "aws_api_gateway_rest_api" "api" {
  name = "cached"
}

resource "aws_api_gateway_resource" "cached" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "cached"
}

resource "aws_api_gateway_method" "cached" {
  rest_api_id        = aws_api_gateway_rest_api.api.id
  resource_id        = aws_api_gateway_resource.cached.id
  http_method        = "GET"
  authorization      = "NONE"
  request_parameters = merge({ "method.request.querystring.a" = false }, var.second ? {} : { "method.request.querystring.b" = false })
}

resource "aws_api_gateway_integration" "cached" {
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_resource.cached.id
  http_method             = aws_api_gateway_method.cached.http_method
  type                    = "HTTP"
  integration_http_method = "GET"
  uri                     = "https://example.com/cached"
  request_parameters      = { for name in var.second ? ["a"] : ["a", "b"] : "integration.request.querystring.${name}" => "method.request.querystring.${name}" }
  cache_key_parameters    = [for name in var.second ? ["a"] : ["a", "b"] : "method.request.querystring.${name}"]
}
