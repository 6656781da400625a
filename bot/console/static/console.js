// Enhances pages that also work without it: fresh parts, countdowns, drafts, shortcuts.
import { startAids } from "./aids.js";
import { startBell } from "./bell.js";
import { startCountdown } from "./countdown.js";
import { startMenu } from "./menu.js";
import { startPresence } from "./presence.js";
import { startRefresh } from "./refresh.js";
import { startReply } from "./reply.js";
import { startShortcuts } from "./shortcuts.js";

document.documentElement.classList.add("has-script");
startMenu();
startCountdown();
startReply();
startRefresh();
startBell();
startAids();
startPresence();
startShortcuts();
