package gwtape_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"gwtape.dev/gwtape"
)

func TestMain(m *testing.M) { os.Exit(gwtape.Main(m)) }

func mac(key []byte, text string) []byte {
	made := hmac.New(sha256.New, key)
	made.Write([]byte(text))
	return made.Sum(nil)
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// call signs its request itself, with Go's standard library.
func call(endpoint, method, path, body string) error {
	request, err := http.NewRequest(method, endpoint+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	stamp := time.Now().UTC().Format("20060102T150405Z")
	names, lines := "accept;host;x-amz-date", "accept:application/json\n"
	if body != "" {
		names, lines = "accept;content-type;host;x-amz-date", lines+"content-type:application/json\n"
		request.Header.Set("Content-Type", "application/json")
	}
	lines += "host:" + request.URL.Host + "\nx-amz-date:" + stamp + "\n"
	canonical := strings.Join([]string{method, strings.ReplaceAll(request.URL.EscapedPath(), "%", "%25"), "", lines, names, hash(body)}, "\n")
	scope := stamp[:8] + "/us-east-1/apigateway/aws4_request"
	key := []byte("AWS4" + os.Getenv("AWS_SECRET_ACCESS_KEY"))
	for _, part := range strings.Split(scope, "/") {
		key = mac(key, part)
	}
	signature := hex.EncodeToString(mac(key, "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+hash(canonical)))
	request.Header.Set("Accept", "application/json")
	request.Header.Set("X-Amz-Date", stamp)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+os.Getenv("AWS_ACCESS_KEY_ID")+"/"+scope+
		", SignedHeaders="+names+", Signature="+signature)
	answer, err := (&http.Client{Transport: &http.Transport{}}).Do(request)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered with %d", method, answer.StatusCode)
	}
	return nil
}

func deploy(endpoint string, seconds bool) error {
	const path = "/restapis/a1b2c3d4e5/resources/x7y8z9/methods/GET/integration"
	more := ""
	if seconds {
		more = `, "timeoutInMillis": 29`
	}
	err := call(endpoint, "PUT", path, `{"type": "HTTP", "httpMethod": "GET", "uri": "https://example.com/pets"`+more+`}`)
	if err != nil {
		return err
	}
	return call(endpoint, "GET", path, "")
}

// EXAMPLE selects what it does wrong: right (nothing), wrong (and reports it), silent (and hides it).
func TestDeploy(t *testing.T) {
	mode := os.Getenv("EXAMPLE")
	if err := deploy(gwtape.Session(t, "types/http"), mode != "right"); err != nil && mode != "silent" {
		t.Error(err)
	}
}
