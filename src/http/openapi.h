/* The description of the API, schemas/openapi.yaml as JSON: made when the program is built. */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

extern const char OPENAPI_JSON[]; /* NUL-terminated ASCII */
extern const char OPENAPI_ETAG[]; /* with its quotes */

#endif
