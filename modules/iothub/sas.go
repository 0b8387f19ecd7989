package iothub

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"time"
)

// signature makes a shared access signature that is good for the resource until expiry, a whole
// second: HMAC-SHA256 with the device's key over the URL-encoded resource and the expiry.
// Source: Microsoft, "Control access to IoT Hub with shared access signatures".
func signature(resource string, key []byte, expiry time.Time) string {
	encoded := url.QueryEscape(resource)
	seconds := strconv.FormatInt(expiry.Unix(), 10)
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte(encoded + "\n" + seconds))
	sig := base64.StdEncoding.EncodeToString(sum.Sum(nil))
	return "SharedAccessSignature sr=" + encoded + "&sig=" + url.QueryEscape(sig) + "&se=" + seconds
}
