#include "lib/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t gwt_clock_now(void)
{
	return (int64_t)time(NULL);
}

uint64_t gwt_clock_monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t gwt_clock_monotonic_ms(void)
{
	return gwt_clock_monotonic_ns() / 1000000u;
}

static void format(int64_t when, const char *fmt, char *out, size_t size)
{
	time_t t = (time_t)when;
	struct tm tm;

	gmtime_r(&t, &tm);
	if (strftime(out, size, fmt, &tm) == 0)
		out[0] = '\0';
}

void gwt_clock_amz_date(int64_t when, char out[GWT_AMZ_DATE_LEN + 1])
{
	format(when, "%Y%m%dT%H%M%SZ", out, GWT_AMZ_DATE_LEN + 1);
}

void gwt_clock_iso_date(int64_t when, char out[GWT_ISO_DATE_LEN + 1])
{
	format(when, "%Y-%m-%dT%H:%M:%SZ", out, GWT_ISO_DATE_LEN + 1);
}

/* Not strftime's %a and %b: those follow the locale. */
void gwt_clock_http_date(int64_t when, char out[GWT_HTTP_DATE_LEN + 1])
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)when;
	char text[96]; /* a year of ten digits fits, too */
	struct tm tm;

	gmtime_r(&t, &tm);
	snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
		 months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	memcpy(out, text, GWT_HTTP_DATE_LEN);
	out[GWT_HTTP_DATE_LEN] = '\0';
}

/* Match `text` with a picture: Y M D h m s match a digit, every other character matches itself. */
static bool parse_as(struct gwt_span text, const char *picture, int64_t *out)
{
	static const char letters[] = "YMDhms";
	int field[6] = { 0, 1, 1, 0, 0, 0 };
	bool seen[6] = { false };
	struct tm tm = { 0 }, back;
	time_t when;

	if (text.len != strlen(picture))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		const char *letter = strchr(letters, picture[i]);
		int digit = text.ptr[i] - '0';

		if (!letter) {
			if (text.ptr[i] != picture[i])
				return false;
			continue;
		}
		if (digit < 0 || digit > 9)
			return false;
		if (!seen[letter - letters])
			field[letter - letters] = 0;
		seen[letter - letters] = true;
		field[letter - letters] = field[letter - letters] * 10 + digit;
	}
	tm.tm_year = field[0] - 1900;
	tm.tm_mon = field[1] - 1;
	tm.tm_mday = field[2];
	tm.tm_hour = field[3];
	tm.tm_min = field[4];
	tm.tm_sec = field[5];
	when = timegm(&tm);
	gmtime_r(&when, &back); /* 31 February comes back as March: not a real date */
	if (back.tm_mon != field[1] - 1 || back.tm_mday != field[2] || back.tm_hour != field[3] ||
	    back.tm_min != field[4] || back.tm_sec != field[5])
		return false;
	*out = (int64_t)when;
	return true;
}

bool gwt_clock_parse_amz_date(struct gwt_span text, int64_t *out)
{
	return parse_as(text, "YYYYMMDDThhmmssZ", out);
}

bool gwt_clock_parse(struct gwt_span text, int64_t *out)
{
	return parse_as(text, "YYYY-MM-DDThh:mm:ssZ", out) || parse_as(text, "YYYY-MM-DD", out) ||
	       gwt_clock_parse_amz_date(text, out);
}

/* Z, +hh:mm, -hhmm, +hh: seconds east of Greenwich. */
static bool parse_zone(struct gwt_span text, int64_t *out)
{
	int64_t sign = text.len && text.ptr[0] == '-' ? -1 : 1, value = 0;
	size_t digits = 0;

	*out = 0;
	if (gwt_span_is(text, "Z"))
		return true;
	if (text.len == 0 || (text.ptr[0] != '+' && text.ptr[0] != '-'))
		return false;
	for (size_t i = 1; i < text.len; i++) {
		if (text.ptr[i] == ':' && i == 3 && text.len == 6)
			continue;
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || ++digits > 4)
			return false;
		value = value * 10 + (text.ptr[i] - '0');
	}
	if (digits == 2)
		value *= 100;
	*out = sign * (value / 100 * 3600 + value % 100 * 60);
	return (digits == 2 || digits == 4) && value / 100 < 24 && value % 100 < 60;
}

bool gwt_clock_parse_offset(struct gwt_span text, int64_t *out)
{
	size_t seconds = strlen("YYYY-MM-DDThh:mm:ss"), end = seconds;
	char plain[GWT_ISO_DATE_LEN + 1];
	int64_t when, east;

	if (gwt_clock_parse(text, out))
		return true;
	if (text.len <= seconds)
		return false;
	memcpy(plain, text.ptr, seconds);
	memcpy(plain + seconds, "Z", 2);
	if (text.ptr[end] == '.')
		for (end++; end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9'; end++)
			;
	if (end == seconds + 1 || !gwt_clock_parse(gwt_span_of(plain), &when) ||
	    !parse_zone(gwt_span_slice(text, end, text.len), &east))
		return false;
	*out = when - east;
	return true;
}
