// Without scripts the form makes a key of its own. With them it goes on with the key of the chat in this
// browser, so that both are one conversation: the chat can resume what was begun here, and the other way.

const NAME = "klinik.key";
// The form that this page belongs to: "/nilai" or "/daftar".
const PLACE = `/${window.location.pathname.split("/")[1]}`;

function kept() {
  try {
    return JSON.parse(window.localStorage.getItem(NAME));
  } catch (error) {
    return null;
  }
}

async function made() {
  const answer = await fetch("/api/chat/sessions", { method: "POST", credentials: "omit" });
  if (answer.status !== 201) {
    return null;
  }
  const { key } = await answer.json();
  window.localStorage.setItem(NAME, JSON.stringify(key));
  return key;
}

async function adopt(key) {
  const answer = await fetch(`${PLACE}/kunci`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}` },
  });
  return answer.status === 204;
}

function isKnown() {
  return document.querySelector(`form[action="${PLACE}/keluar"]`) !== null;
}

// Somebody who has a conversation here already sees what stands in it at once.
async function recognise() {
  const key = kept();
  const seen = `klinik${PLACE.replace("/", ".")}`;
  if (!key || isKnown() || window.sessionStorage.getItem(seen)) {
    return;
  }
  window.sessionStorage.setItem(seen, "1");
  if (await adopt(key)) {
    window.location.reload();
  }
}

document.querySelectorAll("form[data-begin]").forEach((form) => {
  let ready = isKnown();
  form.addEventListener("submit", async (event) => {
    if (ready) {
      return;
    }
    event.preventDefault();
    ready = true;
    try {
      const key = kept() || (await made());
      if (key) {
        await adopt(key);
      }
    } catch (error) {
      // The form works without the chat's key.
    }
    form.requestSubmit();
  });
});

recognise().catch(() => {});
