"use strict";

// The description says where a path stands on the server; a proxy may have put the server below a path of its own.
const place = document.getElementById("viewer");

function throughProxy(request) {
	const url = new URL(request.url, location.href);
	if (!request.loadSpec && url.origin === location.origin) {
		url.pathname = place.dataset.base + url.pathname;
		request.url = url.href;
	}
	return request;
}

// Asks nobody but this server: the viewer's own validator would be another.
SwaggerUIBundle({
	url: `${place.dataset.base}/openapi.json`,
	domNode: place,
	deepLinking: true,
	docExpansion: "list",
	filter: true,
	tryItOutEnabled: true,
	persistAuthorization: false,
	requestInterceptor: throughProxy,
	validatorUrl: null,
});
