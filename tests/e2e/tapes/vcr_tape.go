// Records CALLS (a JSON file) with go-vcr into TAPE (without its .yaml); the host's connection goes to PORT.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/dnaeon/go-vcr/recorder"
)

type call struct {
	Method, URL, Body string
	Headers           map[string]string
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var calls []call
	text, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(text, &calls))
	there := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+os.Args[2])
	}}
	tape, err := recorder.NewAsMode(os.Args[3], recorder.ModeRecording, there)
	must(err)
	for _, each := range calls {
		request, err := http.NewRequest(each.Method, each.URL, strings.NewReader(each.Body))
		must(err)
		for name, value := range each.Headers {
			request.Header.Set(name, value)
		}
		response, err := (&http.Client{Transport: tape}).Do(request)
		must(err)
		response.Body.Close()
		fmt.Println(response.StatusCode)
	}
	must(tape.Stop())
}
