"use strict";

// Asks nobody but this server: the viewer's own validator would be another.
const place = document.getElementById("viewer");
SwaggerUIBundle({
	url: place.dataset.document,
	domNode: place,
	deepLinking: true,
	docExpansion: "list",
	filter: true,
	tryItOutEnabled: true,
	persistAuthorization: false,
	validatorUrl: null,
});
