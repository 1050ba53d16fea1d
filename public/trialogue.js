// What the frame around the conversation lacks for those who use a keyboard or listen to the page.
(() => {
  const THEME = "vite-ui-theme";
  try {
    if (!localStorage.getItem(THEME)) localStorage.setItem(THEME, "system");
  } catch {
    // storage is off: the default theme stands
  }

  const addSkipLink = () => {
    if (document.getElementById("tl-skip")) return;
    const link = document.createElement("a");
    link.id = "tl-skip";
    link.href = "#chat-input";
    link.textContent = "Skip to your message";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("chat-input")?.focus();
    });
    document.body.prepend(link);
  };

  const label = () => {
    const input = document.getElementById("chat-input");
    if (input && !input.getAttribute("aria-label")) input.setAttribute("aria-label", "Your message");
    const profiles = document.getElementById("chat-profiles");
    if (profiles && !profiles.getAttribute("aria-label")) profiles.setAttribute("aria-label", "I am here as");
    const log = document.querySelector(".step")?.parentElement;
    if (log && log.getAttribute("role") !== "log") {
      log.setAttribute("role", "log");
      log.setAttribute("aria-live", "polite");
      log.setAttribute("aria-label", "Conversation");
    }
    for (const image of document.querySelectorAll("img:not([alt])")) image.setAttribute("alt", "");
    for (const button of document.querySelectorAll('[id^="theme-toggle"]:not([aria-label])')) button.setAttribute("aria-label", "Light or dark");
  };

  // What a person wrote goes to the top of the page, so that the reply is read from its first line.
  let last = null;
  const follow = () => {
    const own = [...document.querySelectorAll('.step[data-step-type="user_message"]')].pop() ?? null;
    if (own === last) return;
    last = own;
    for (const wait of [0, 150, 600]) setTimeout(() => own?.isConnected && own === last && own.scrollIntoView({ block: "start" }), wait);
  };

  const start = () => {
    addSkipLink();
    label();
    let waiting = false;
    new MutationObserver(() => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        label();
        follow();
      });
    }).observe(document.body, { childList: true, subtree: true });
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
