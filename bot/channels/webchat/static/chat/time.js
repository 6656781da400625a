// Days and times in the viewer's own zone, in Indonesian form.

import { texts } from "./texts.js";

const clock = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("id-ID", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export function timeOf(date) {
  return clock.format(date).replace(":", ".");
}

export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

export function dayOf(date) {
  const now = new Date();
  if (dayKey(date) === dayKey(now)) {
    return texts.today;
  }
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return dayKey(date) === dayKey(yesterday) ? texts.yesterday : day.format(date);
}
