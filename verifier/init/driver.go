// A driver for `gwtape verify`: reads a call a line on stdin, answers each with a line on stdout.
//
//	go build driver.go && gwtape verify --client ./driver
//
// It signs and sends by itself, with the standard library only. Replace send() by your own client.
package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"
)

type object map[string]interface{}

var (
	methods  = map[string]string{"PutIntegration": "PUT", "GetIntegration": "GET"}
	errLocal = errors.New("a name of the path is missing")
)

// RFC 3986: only unreserved characters stay.
func encode(text string, keep string) string {
	var out strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~"+keep, c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// Signature Version 4: the path is encoded once more, as for every service but S3.
func sign(request *http.Request, path string, body []byte) {
	now := time.Now().UTC().Format("20060102T150405Z")
	request.Header.Set("X-Amz-Date", now)
	lower := map[string]string{"host": request.URL.Host}
	names := []string{"host"}
	for name := range request.Header {
		lower[strings.ToLower(name)] = request.Header.Get(name)
		names = append(names, strings.ToLower(name))
	}
	sort.Strings(names)
	signed := strings.Join(names, ";")
	canonical := request.Method + "\n" + encode(path, "/") + "\n\n"
	for _, name := range names {
		canonical += name + ":" + lower[name] + "\n"
	}
	canonical += "\n" + signed + "\n" + hash(body)
	scope := now[:8] + "/" + os.Getenv("AWS_REGION") + "/apigateway/aws4_request"
	key := []byte("AWS4" + os.Getenv("AWS_SECRET_ACCESS_KEY"))
	for _, part := range strings.Split(scope, "/") {
		key = mac(key, part)
	}
	text := strings.Join([]string{"AWS4-HMAC-SHA256", now, scope, hash([]byte(canonical))}, "\n")
	request.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%x",
		os.Getenv("AWS_ACCESS_KEY_ID"), scope, signed, mac(key, text)))
}

func send(operation string, input map[string]json.RawMessage) (*http.Response, error) {
	path := "/restapis"
	for i, name := range []string{"restApiId", "resourceId", "httpMethod"} {
		var label string
		if json.Unmarshal(input[name], &label) != nil {
			return nil, errLocal
		}
		path += []string{"/", "/resources/", "/methods/"}[i] + encode(label, "")
		delete(input, name)
	}
	path += "/integration"
	endpoint, err := url.Parse(os.Getenv("GWTAPE_ENDPOINT"))
	if err != nil {
		return nil, err
	}
	var body []byte
	if operation == "PutIntegration" {
		if method, there := input["integrationHttpMethod"]; there {
			delete(input, "integrationHttpMethod")
			input["httpMethod"] = method
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		encoder.Encode(input)
		body = bytes.TrimRight(out.Bytes(), "\n")
	}
	endpoint.Opaque = "//" + endpoint.Host + path // as it is, not normalized
	request, err := http.NewRequest(methods[operation], endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.URL = &url.URL{Scheme: "http", Host: endpoint.Host, Opaque: path}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	sign(request, path, body)
	return http.DefaultTransport.RoundTrip(request)
}

func perform(operation string, input map[string]json.RawMessage) object {
	if methods[operation] == "" {
		return object{"ok": false, "unsupported": true}
	}
	response, err := send(operation, input)
	if err != nil {
		return object{"ok": false, "error": object{"code": "error", "message": err.Error(), "local": err == errLocal}}
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	var output map[string]interface{}
	json.Unmarshal(body, &output)
	if response.StatusCode < 300 {
		return object{"ok": true, "output": output}
	}
	return object{"ok": false, "error": object{"code": strings.Split(response.Header.Get("x-amzn-ErrorType"), ":")[0],
		"message": output["message"], "status": response.StatusCode, "local": false}}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var call struct {
			Id, Operation string
			Input         map[string]json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &call); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		answer := perform(call.Operation, call.Input)
		answer["id"] = call.Id
		json.NewEncoder(os.Stdout).Encode(answer)
	}
}
