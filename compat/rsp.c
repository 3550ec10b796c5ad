/* What both forms have in common; the rest is theirs. */
#include "rsp.h"

#include "text/time.h"

void rsp_begin(struct rsp *rsp, const struct rsp_form *form, bool ok, struct http_response *response)
{
	*rsp = (struct rsp){.form = form, .response = response};
	form->begin(rsp, ok);
}

void rsp_end(struct rsp *rsp)
{
	rsp->form->end(rsp);
	rsp->response->failed |= rsp->failed;
}

void rsp_list_begin(struct rsp *rsp, const char *name)
{
	rsp->form->list_begin(rsp, name);
}

void rsp_list_end(struct rsp *rsp)
{
	rsp->form->list_end(rsp);
}

void rsp_element_begin(struct rsp *rsp, const char *name)
{
	rsp->form->element_begin(rsp, name);
}

void rsp_element_end(struct rsp *rsp)
{
	rsp->form->element_end(rsp);
}

void rsp_text(struct rsp *rsp, const char *name, const char *text)
{
	rsp->form->text(rsp, name, text);
}

void rsp_number(struct rsp *rsp, const char *name, uint64_t number)
{
	rsp->form->number(rsp, name, number);
}

void rsp_flag(struct rsp *rsp, const char *name, bool flag)
{
	rsp->form->number(rsp, name, flag);
}

void rsp_time(struct rsp *rsp, const char *name, int64_t time)
{
	char text[TIME_TEXT_SIZE];
	time_write_legacy(time, text);
	rsp->form->text(rsp, name, text);
}
