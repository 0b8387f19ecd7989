package hubtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Login is one that the hub has seen.
type Login struct {
	Device string
	Expiry time.Time // of the token
	Fault  string    // why it was refused; "": it was not
}

// admit judges a login as Azure IoT Hub documents it.
func (h *Hub) admit(device, user, password string) Login {
	login := Login{Device: device}
	want := Host + "/" + device + "/?api-version=2021-04-12"
	if user != want {
		login.Fault = fmt.Sprintf("user name %q, want %q", user, want)
		return login
	}
	key, known := h.keys[device]
	if !known {
		login.Fault = "unknown device " + device
		return login
	}
	var err error
	if login.Expiry, err = verify(password, Host+"/devices/"+device, key); err != nil {
		login.Fault = err.Error()
	}
	return login
}

// verify checks a shared access signature with code of its own, not with what it tests.
func verify(token, resource, key string) (expiry time.Time, err error) {
	fields, ok := strings.CutPrefix(token, "SharedAccessSignature ")
	if !ok {
		return expiry, fmt.Errorf("not a shared access signature")
	}
	values, err := url.ParseQuery(fields)
	if err != nil {
		return expiry, err
	}
	if values.Get("sr") != resource {
		return expiry, fmt.Errorf("for the resource %q, want %q", values.Get("sr"), resource)
	}
	seconds, err := strconv.ParseInt(values.Get("se"), 10, 64)
	if err != nil {
		return expiry, err
	}
	secret, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return expiry, err
	}
	sum := hmac.New(sha256.New, secret)
	sum.Write(fmt.Appendf(nil, "%s\n%d", url.QueryEscape(resource), seconds))
	got, err := base64.StdEncoding.DecodeString(values.Get("sig"))
	if err != nil || !hmac.Equal(got, sum.Sum(nil)) {
		return expiry, fmt.Errorf("wrong signature")
	}
	expiry = time.Unix(seconds, 0)
	if !expiry.After(time.Now()) {
		return expiry, fmt.Errorf("expired")
	}
	return expiry, nil
}
