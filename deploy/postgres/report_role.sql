-- The role that Grafana reads the schema report with: those views, nothing else, and it cannot write.
-- After `hotline migrate`, as an administrator of the database; again at any time, to change the password:
--   psql -v ON_ERROR_STOP=1 -v password='…' -f report_role.sql postgresql://…/hotline
-- A role is the server's, not the database's, so no migration makes it.
\set ON_ERROR_STOP on
SELECT 'CREATE ROLE hotline_report' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hotline_report') \gexec
ALTER ROLE hotline_report WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT CONNECTION LIMIT 5 PASSWORD :'password';
ALTER ROLE hotline_report SET default_transaction_read_only = on;
ALTER ROLE hotline_report SET statement_timeout = '10s';
ALTER ROLE hotline_report SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE hotline_report SET search_path = report;

-- What everybody may do in a fresh database, this role need not: no temporary tables, nothing of the schema public.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO hotline_report', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA report TO hotline_report;
GRANT SELECT ON ALL TABLES IN SCHEMA report TO hotline_report;
-- views that a later version adds
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA report GRANT SELECT ON TABLES TO hotline_report', nspowner::regrole::text)
  FROM pg_namespace WHERE nspname = 'report' \gexec
