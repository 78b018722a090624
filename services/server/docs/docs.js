// The page of the API's document. Nothing is fetched from elsewhere.
window.addEventListener("load", () => {
  SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true, docExpansion: "none", validatorUrl: null });
});
