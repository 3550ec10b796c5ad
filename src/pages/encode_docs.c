/* The API's description. The viewer is a program of its own that this page only starts; it reads /openapi.json and
 * asks this very server. Where it is not, a table made by the build stands for it. */
#include "pages/encode_docs.h"

#include "pages/files.h"

void encode_docs(struct view *view)
{
	bool has_viewer = files_get("swagger-ui-bundle.js") != NULL;
	view->style = "docs.css";
	if (has_viewer) {
		view->sources = "script-src 'self'; img-src 'self' data:; connect-src 'self'; ";
	}
	view_begin(view, "joinery: the API");
	view_write(view, "docs.html");
	view_write(view, has_viewer ? "docs_viewer.html" : "docs_operations.html");
	if (has_viewer) {
		response_puts(view->response, "<noscript>\n");
		view_write(view, "docs_operations.html");
		response_puts(view->response, "</noscript>\n");
	}
	view_end(view);
}
