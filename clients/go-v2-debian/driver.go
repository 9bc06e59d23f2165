// Driver of the AWS SDK for Go v2 (Debian): one call per line of stdin, one answer per line of stdout
// (clients/README.md). This version does not know AWS_ENDPOINT_URL, so the endpoint is passed in.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/smithy-go"
	awshttp "github.com/aws/smithy-go/transport/http"
)

type call struct {
	Id        string          `json:"id"`
	Operation string          `json:"operation"`
	Input     json.RawMessage `json:"input"`
}

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Status  *int   `json:"status"`
	Local   bool   `json:"local"`
}

type answer struct {
	Id     string      `json:"id"`
	Ok     bool        `json:"ok"`
	Output interface{} `json:"output,omitempty"`
	Error  *failure    `json:"error,omitempty"`
	// The SDK does not have the operation.
	Unsupported bool `json:"unsupported,omitempty"`
}

// The members of an output by the API's names; what is nil is left out.
func plain(value reflect.Value) interface{} {
	switch value.Kind() {
	case reflect.Ptr, reflect.Interface:
		if value.IsNil() {
			return nil
		}
		return plain(value.Elem())
	case reflect.Struct:
		members := map[string]interface{}{}
		for i := 0; i < value.NumField(); i++ {
			field := value.Field(i)
			name := value.Type().Field(i).Name
			nothing := (field.Kind() == reflect.Ptr || field.Kind() == reflect.Map || field.Kind() == reflect.Slice) && field.IsNil()
			if unicode.IsUpper(rune(name[0])) && name != "ResultMetadata" && !nothing {
				members[strings.ToLower(name[:1])+name[1:]] = plain(field)
			}
		}
		return members
	case reflect.Map:
		members := map[string]interface{}{}
		for _, key := range value.MapKeys() {
			members[key.String()] = plain(value.MapIndex(key))
		}
		return members
	case reflect.Slice:
		items := []interface{}{}
		for i := 0; i < value.Len(); i++ {
			items = append(items, plain(value.Index(i)))
		}
		return items
	}
	return value.Interface()
}

func explain(err error) *failure {
	var api smithy.APIError
	var response *awshttp.ResponseError
	var send *awshttp.RequestSendError
	out := &failure{Code: "error", Message: err.Error()}
	if errors.As(err, &api) {
		out.Code = api.ErrorCode()
	}
	if errors.As(err, &response) {
		status := response.HTTPStatusCode()
		out.Status = &status
	}
	out.Local = out.Status == nil && !errors.As(err, &send)
	return out
}

// What the SDK's input has no place for cannot be expressed; neither can null, which is the same as absent.
func fill(given json.RawMessage, input interface{}) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(given, &members); err != nil {
		return err
	}
	for name, value := range members {
		if string(value) == "null" {
			return fmt.Errorf("%s is null", name)
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(given))
	decoder.DisallowUnknownFields()
	return decoder.Decode(input)
}

func perform(client *apigateway.Client, c call) answer {
	method := reflect.ValueOf(client).MethodByName(c.Operation)
	if !method.IsValid() {
		return answer{Id: c.Id, Unsupported: true}
	}
	input := reflect.New(method.Type().In(1).Elem())
	if err := fill(c.Input, input.Interface()); err != nil {
		return answer{Id: c.Id, Error: &failure{Code: "CannotExpress", Message: err.Error(), Local: true}}
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	if err, failed := results[1].Interface().(error); failed {
		return answer{Id: c.Id, Error: explain(err)}
	}
	return answer{Id: c.Id, Ok: true, Output: plain(results[0])}
}

func main() {
	if len(os.Args) > 1 {
		fmt.Println("aws-sdk-go-v2", aws.SDKVersion)
		return
	}
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	client := apigateway.NewFromConfig(settings, apigateway.WithEndpointResolver(apigateway.EndpointResolverFromURL(os.Getenv("GWTAPE_ENDPOINT"))))
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var c call
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		out.Encode(perform(client, c))
	}
}
