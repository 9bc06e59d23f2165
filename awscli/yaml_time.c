/*
 * yaml_time.c - dates and times in YAML, as ruamel.yaml's create_timestamp() makes them of Python's datetime.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "awscli/yaml.h"
#include "awscli/pyval/pyval.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"

struct moment {
	int year, month, day, hour, minute, second, microsecond;
	int offset_seconds; /* of the zone; a rounded fraction adds to it */
	bool is_date;
};

static bool read_digits(const char **p, int least, int most, int *out)
{
	int count = 0;

	for (*out = 0; count < most && isdigit((unsigned char)**p); count++)
		*out = *out * 10 + (*(*p)++ - '0');
	return count >= least;
}

/* Six digits, rounded by the seventh; a whole second is *carry. */
static void read_fraction(const char **p, int *microsecond, int *carry)
{
	int digits = 0;

	for (; isdigit((unsigned char)**p); (*p)++, digits++) {
		if (digits < 6)
			*microsecond = *microsecond * 10 + (**p - '0');
		else if (digits == 6 && **p > '4')
			++*microsecond;
	}
	for (; digits < 6; digits++)
		*microsecond *= 10;
	*carry = *microsecond > 999999;
	if (*carry)
		*microsecond = 0;
}

/* Read Z, or +HH:MM; the carry is applied as ruamel's arithmetic does. */
static bool read_zone(const char **p, int carry, struct moment *m)
{
	int hours, minutes = 0, sign;

	m->offset_seconds = -carry;
	*p += strspn(*p, " \t");
	if (**p == 'Z') {
		(*p)++;
		return true;
	}
	if (**p != '-' && **p != '+')
		return **p == 0;
	sign = *(*p)++ == '-' ? -1 : 1;
	if (!read_digits(p, 1, 2, &hours))
		return false;
	if (**p == ':') {
		(*p)++;
		if (!read_digits(p, 2, 2, &minutes))
			return false;
	}
	m->offset_seconds = sign * (hours * 3600 + minutes * 60 + carry);
	return true;
}

static bool read_clock(const char *p, struct moment *m)
{
	int carry = 0;

	if (*p == 'T' || *p == 't')
		p++;
	else if (*p == ' ' || *p == '\t')
		p += strspn(p, " \t");
	else
		return false;
	if (!read_digits(&p, 1, 2, &m->hour) || *p++ != ':' || !read_digits(&p, 2, 2, &m->minute) ||
	    *p++ != ':' || !read_digits(&p, 2, 2, &m->second))
		return false;
	if (*p == '.') {
		p++;
		read_fraction(&p, &m->microsecond, &carry);
	}
	return read_zone(&p, carry, m) && *p == 0;
}

/* 2001-12-14, 2001-12-14t21:59:43.10-05:00 and their kin */
static bool read_moment(const char *p, struct moment *m)
{
	*m = (struct moment){ 0 };
	if (!read_digits(&p, 4, 4, &m->year) || *p++ != '-' || !read_digits(&p, 1, 2, &m->month) ||
	    *p++ != '-' || !read_digits(&p, 1, 2, &m->day))
		return false;
	m->is_date = *p == 0;
	return m->is_date || read_clock(p, m);
}

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* The first complaint of datetime's constructor, in its order; NULL when there is none. */
static const char *complaint(const struct moment *m)
{
	if (m->year == 0)
		return "year 0 is out of range";
	if (m->month < 1 || m->month > 12)
		return "month must be in 1..12";
	if (m->day < 1 || m->day > days_of(m->year, m->month))
		return "day is out of range for month";
	if (m->hour > 23)
		return "hour must be in 0..23";
	if (m->minute > 59)
		return "minute must be in 0..59";
	return m->second > 59 ? "second must be in 0..59" : NULL;
}

/* Go to the day after (1) or before (-1). */
static void step(struct moment *m, int by)
{
	m->day += by;
	if (m->day < 1) {
		m->month = m->month == 1 ? 12 : m->month - 1;
		m->year -= m->month == 12;
		m->day = days_of(m->year, m->month);
	} else if (m->day > days_of(m->year, m->month)) {
		m->day = 1;
		m->month = m->month == 12 ? 1 : m->month + 1;
		m->year += m->month == 1;
	}
}

/* Convert to UTC. */
static void take_offset(struct moment *m)
{
	int seconds = m->hour * 3600 + m->minute * 60 + m->second - m->offset_seconds;

	for (; seconds < 0; seconds += 86400)
		step(m, -1);
	for (; seconds >= 86400; seconds -= 86400)
		step(m, 1);
	m->hour = seconds / 3600;
	m->minute = seconds / 60 % 60;
	m->second = seconds % 60;
}

/* The date or time as str() prints it, with the tag of its kind. */
static struct gwt_json *new_time(struct gwt_aws_yaml_reader *reader, const struct moment *m)
{
	struct gwt_span text = gwt_arena_printf(reader->arena, "%04d-%02d-%02d", m->year, m->month, m->day);

	if (m->is_date)
		return gwt_aws_yaml_text(reader, text, GWT_PY_DATE);
	text = gwt_arena_printf(reader->arena, GWT_SPAN_FMT " %02d:%02d:%02d", GWT_SPAN_ARG(text), m->hour,
				m->minute, m->second);
	if (m->microsecond)
		text = gwt_arena_printf(reader->arena, GWT_SPAN_FMT ".%06d", GWT_SPAN_ARG(text),
					m->microsecond);
	return gwt_aws_yaml_text(reader, text, GWT_PY_DATETIME);
}

bool gwt_aws_yaml_is_time(const char *text)
{
	struct moment moment;

	/* the resolver takes a date alone only with all its digits; the constructor takes fewer */
	return read_moment(text, &moment) && (!moment.is_date || strlen(text) == 10);
}

struct gwt_json *gwt_aws_yaml_time(struct gwt_aws_yaml_reader *reader, const char *text)
{
	struct moment moment;
	const char *wrong;

	if (!read_moment(text, &moment))
		return NULL;
	wrong = complaint(&moment);
	if (wrong)
		return gwt_aws_yaml_crash(reader, "%s", wrong);
	take_offset(&moment);
	if (moment.year < 1 || moment.year > 9999)
		return gwt_aws_yaml_crash(reader, "date value out of range");
	return new_time(reader, &moment);
}
