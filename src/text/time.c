/* Civil dates from and to seconds, by arithmetic alone: no locale, no time zone database. */
#include "text/time.h"

#include <stdio.h>

#include "text/number.h"

#define DAY_S 86400

struct civil {
	int64_t year;
	int64_t month; /* 1 to 12 */
	int64_t day;   /* 1 to 31 */
};

/* Days since 1970-01-01; years count from March, so that the leap day is a year's last. */
static int64_t days_from(const struct civil *date)
{
	int64_t year = date->month <= 2 ? date->year - 1 : date->year;
	int64_t era = year / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (date->month + (date->month > 2 ? -3 : 9)) + 2) / 5 + date->day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static struct civil civil_from(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = shifted / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct civil date = {
		.year = year_of_era + era * 400 + (month >= 10 ? 1 : 0),
		.month = month < 10 ? month + 3 : month - 9,
		.day = day_of_year - (153 * month + 2) / 5 + 1,
	};
	return date;
}

static char *put(char *at, int64_t number, unsigned digits, char behind)
{
	at = number_write_digits((uint64_t)number, digits, at);
	*at = behind;
	return at + 1;
}

/* The place behind the seconds is for the caller to end. */
static char *write_time(int64_t time, char between, char text[TIME_TEXT_SIZE])
{
	struct civil date = civil_from(time / DAY_S);
	int64_t rest = time % DAY_S;
	char *at = put(text, date.year, 4, '-');
	at = put(at, date.month, 2, '-');
	at = put(at, date.day, 2, between);
	at = put(at, rest / 3600, 2, ':');
	at = put(at, rest / 60 % 60, 2, ':');
	return number_write_digits((uint64_t)(rest % 60), 2, at);
}

void time_write_rfc3339(int64_t time, char text[TIME_TEXT_SIZE])
{
	char *at = write_time(time, 'T', text);
	at[0] = 'Z';
	at[1] = '\0';
}

void time_write_legacy(int64_t time, char text[TIME_TEXT_SIZE])
{
	*write_time(time, ' ', text) = '\0';
}

void time_write_http(int64_t time, char text[TIME_HTTP_SIZE])
{
	static const char *const DAYS[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* from 1970-01-01 */
	static const char *const MONTHS[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil date = civil_from(time / DAY_S);
	int64_t rest = time % DAY_S;
	char whole[64]; /* as far as the compiler knows, years have ten digits */
	(void)snprintf(whole, sizeof whole, "%s, %02d %s %04d %02d:%02d:%02d GMT", DAYS[time / DAY_S % 7],
		(int)date.day, MONTHS[date.month - 1], (int)date.year, (int)(rest / 3600), (int)(rest / 60 % 60),
		(int)(rest % 60));
	(void)snprintf(text, TIME_HTTP_SIZE, "%.29s", whole);
}

/* A cursor over the text; `failed` sticks. */
struct reader {
	const char *at;
	const char *end;
	bool failed;
};

static int64_t read_number(struct reader *reader, int digits)
{
	int64_t value = 0;
	for (int i = 0; i < digits; i++) {
		if (reader->failed || reader->at == reader->end || *reader->at < '0' || *reader->at > '9') {
			reader->failed = true;
			return 0;
		}
		value = value * 10 + (*reader->at++ - '0');
	}
	return value;
}

/* Takes one of two characters. */
static char read_one(struct reader *reader, char one, char other)
{
	if (reader->failed || reader->at == reader->end || (*reader->at != one && *reader->at != other)) {
		reader->failed = true;
		return '\0';
	}
	return *reader->at++;
}

static void skip_fraction(struct reader *reader)
{
	if (reader->failed || reader->at == reader->end || *reader->at != '.') {
		return;
	}
	reader->at++;
	(void)read_number(reader, 1);
	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
		reader->at++;
	}
}

/* Seconds east of UTC. */
static int64_t read_offset(struct reader *reader)
{
	if (!reader->failed && reader->at < reader->end && (*reader->at == 'Z' || *reader->at == 'z')) {
		reader->at++;
		return 0;
	}
	char sign = read_one(reader, '+', '-');
	int64_t hours = read_number(reader, 2);
	(void)read_one(reader, ':', ':');
	int64_t minutes = read_number(reader, 2);
	reader->failed = reader->failed || hours > 23 || minutes > 59;
	return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

static int64_t days_in(const struct civil *date)
{
	static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (date->year % 4 == 0 && date->year % 100 != 0) || date->year % 400 == 0;
	return DAYS[date->month - 1] + (leap && date->month == 2 ? 1 : 0);
}

bool time_read_rfc3339(const char *text, size_t length, int64_t *time)
{
	struct reader reader = {.at = text, .end = text + length};
	struct civil date = {0};
	date.year = read_number(&reader, 4);
	(void)read_one(&reader, '-', '-');
	date.month = read_number(&reader, 2);
	(void)read_one(&reader, '-', '-');
	date.day = read_number(&reader, 2);
	(void)read_one(&reader, 'T', 't');
	int64_t hour = read_number(&reader, 2);
	(void)read_one(&reader, ':', ':');
	int64_t minute = read_number(&reader, 2);
	(void)read_one(&reader, ':', ':');
	int64_t second = read_number(&reader, 2);
	skip_fraction(&reader);
	int64_t offset = read_offset(&reader);
	if (reader.failed || reader.at != reader.end || date.month < 1 || date.month > 12 || date.day < 1 ||
	    date.day > days_in(&date) || hour > 23 || minute > 59 || second > 60) {
		return false;
	}
	/* A leap second is the second before it: seconds are not counted twice. */
	int64_t found = days_from(&date) * DAY_S + hour * 3600 + minute * 60 + (second == 60 ? 59 : second) - offset;
	if (found < 0 || found > TIME_MAX) {
		return false;
	}
	*time = found;
	return true;
}
