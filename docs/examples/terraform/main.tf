terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  skip_credentials_validation = true # else it asks STS: --backdrop sandbox answers that at replay
  skip_requesting_account_id  = true
}

variable "timeout" { default = 5000 }

resource "aws_api_gateway_rest_api" "pets" { name = "pets" }

resource "aws_api_gateway_resource" "pet" {
  for_each    = toset(["cats", "dogs"])
  rest_api_id = aws_api_gateway_rest_api.pets.id
  parent_id   = aws_api_gateway_rest_api.pets.root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_method" "get" {
  for_each      = aws_api_gateway_resource.pet
  rest_api_id   = each.value.rest_api_id
  resource_id   = each.value.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "get" {
  for_each                = aws_api_gateway_method.get
  rest_api_id             = each.value.rest_api_id
  resource_id             = each.value.resource_id
  http_method             = each.value.http_method
  type                    = "HTTP"
  integration_http_method = "GET"
  uri                     = "https://example.com/${each.key}"
  timeout_milliseconds    = var.timeout
}
