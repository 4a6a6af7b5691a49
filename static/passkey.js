/* Shows the passkey forms where the browser can use them, and says in the page when one was not used. */
const forms = document.querySelectorAll("[data-passkey]");
for (const form of forms) form.hidden = !window.PublicKeyCredential;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // otherwise it goes to the console, where nobody looks
  for (const place of document.querySelectorAll("[data-passkey-failed]")) place.textContent = place.dataset.passkeyFailed;
});
