-- A history without the triggers and checks that a living service has; the figures are counted after it.
CREATE TEMP TABLE working_day AS
SELECT row_number() OVER (ORDER BY day) - 1 AS n, day::date AS day
FROM generate_series(CAST(:first AS date), CAST(:last AS date), '1 day') AS days(day)
WHERE extract(isodow FROM day) < 6;

CREATE TEMP TABLE asked AS
SELECT i AS id, 2 + i % CAST(:offices AS bigint) AS office, 1 + i % 5 AS officer,
       i > CAST(:closed AS bigint) AS waits,
       CASE WHEN i > CAST(:closed AS bigint) THEN CAST(:now AS timestamptz) - make_interval(mins => 1 + (i % 50)::int)
            ELSE (day + make_interval(mins => (i * 7919 % 540)::int)) AT TIME ZONE 'UTC' END AS received,
       i > CAST(:closed AS bigint) OR i * 7919 % 540 < 420 AS direct,
       5 + i * 31 % 55 + CASE WHEN i % 23 = 0 THEN 30 ELSE 0 END AS minutes,
       (ARRAY['kite-ikm', 'plb', 'kawasan-berikat', 'gudang-berikat', 'umkm-binaan', NULL])[1 + i % 6] AS topic
FROM generate_series(1, CAST(:size AS bigint)) AS series(i)
LEFT JOIN working_day ON n = (i - 1) * (SELECT count(*) FROM working_day) / GREATEST(CAST(:closed AS bigint), 1);

INSERT INTO ticket (id, number, office_id, conversation_id, name, business, business_kind, reach, topic,
  complaint, status, holder_id, opened_at, answered_at, closed_at, next_due, rating, last_entry)
SELECT id, 'B-' || id, office, id, CAST(:sealed AS bytea), CAST(:sealed AS bytea), 'umkm', CAST(:sealed AS bytea), topic, id % 40 = 0,
  CASE WHEN waits THEN 'claimed' ELSE 'answered' END, (office - 2) * 5 + officer, received,
  CASE WHEN waits THEN NULL ELSE received + make_interval(mins => minutes::int) END, NULL,
  CASE WHEN waits THEN received + interval '55 minutes' END, NULL, 3 FROM asked;

INSERT INTO ticket_entry (id, ticket_id, n, kind, audience, author, officer_id, text, data, at)
SELECT id * 3 - 2, id, 1, 'question', 'user', 'user', NULL, CAST(:sealed AS bytea), '{}'::json, received FROM asked
UNION ALL
SELECT id * 3 - 1, id, 2, 'claimed', 'officers', 'officer', (office - 2) * 5 + officer, NULL, '{}'::json, received
FROM asked
UNION ALL
SELECT id * 3, id, 3, CASE WHEN waits THEN 'note' ELSE 'answer' END, 'user', 'officer',
  (office - 2) * 5 + officer, CAST(:sealed AS bytea), '{}'::json, received + make_interval(mins => minutes::int) FROM asked;

INSERT INTO ticket_entry_delivery (entry_id, state, first_attempt_at, delivered_at)
SELECT id * 3, 'sent', received + make_interval(mins => minutes::int),
  received + make_interval(mins => minutes::int) FROM asked WHERE NOT waits;

INSERT INTO ticket_request (id, ticket_id, n, opened_by, received_at, closed_by, closed_at)
SELECT id, id, 1, id * 3 - 2, received, CASE WHEN waits THEN NULL ELSE id * 3 END,
  CASE WHEN waits THEN NULL ELSE received + make_interval(mins => minutes::int) END FROM asked;

INSERT INTO limit_row (id, request_id, kind, received_at, counted_from, due, calendar_version, reasoning,
  opened_by, closed_by, closed_at, undeliverable, verdict, judged_at)
SELECT id, id, CASE WHEN direct THEN 'r1' ELSE 'r2' END, received, received,
  CASE WHEN direct THEN received + interval '55 minutes' ELSE received + interval '2 days' END, 1,
  'Permintaan diterima pada jam kantor.', id * 3 - 2, CASE WHEN waits THEN NULL ELSE id * 3 END,
  CASE WHEN waits THEN NULL ELSE received + make_interval(mins => minutes::int) END, false,
  CASE WHEN waits THEN NULL WHEN minutes <= 55 OR NOT direct THEN 'on_time' ELSE 'late' END, CAST(:now AS timestamptz)
FROM asked;

INSERT INTO job (kind, key, run_at, attempts, created_at, done_at)
SELECT 'timer', 'limit:' || id, received + interval '55 minutes', 0, received,
  CASE WHEN waits THEN NULL ELSE received + interval '1 hour' END FROM asked;

INSERT INTO report_stale (ticket_id) SELECT id FROM asked ORDER BY id;
