// Draws the list of operations with Swagger UI from our own server; nothing is asked of another.

const place = document.querySelector("#operations");

if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    persistAuthorization: false, // a token is not left behind on a shared machine
    tryItOutEnabled: false,
    validatorUrl: null, // else a badge is asked for outside
  });
} else {
  place.textContent = place.dataset.failed;
}
