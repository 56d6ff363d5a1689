-- The role that Grafana reads the schema report with: those views, nothing else, and it cannot write.
-- After `hotline migrate`, as an administrator of the database; again at any time, to change the password:
--   REPORT_PASSWORD='…' psql -f report_role.sql postgresql://…/hotline
-- A role is the server's, not the database's, so no migration makes it.
\set ON_ERROR_STOP on
\getenv password REPORT_PASSWORD
SELECT 'CREATE ROLE hotline_report' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hotline_report') \gexec
ALTER ROLE hotline_report WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT CONNECTION LIMIT 5 PASSWORD :'password';
ALTER ROLE hotline_report SET default_transaction_read_only = on;
ALTER ROLE hotline_report SET statement_timeout = '10s';
ALTER ROLE hotline_report SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE hotline_report SET search_path = report;

-- No temporary tables, which everybody may make otherwise and could fill the disk with; the application keeps them.
SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()),
       format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %s', current_database(), nspowner::regrole),
       format('GRANT CONNECT ON DATABASE %I TO hotline_report', current_database())
  FROM pg_namespace WHERE nspname = 'report' \gexec

GRANT USAGE ON SCHEMA report TO hotline_report;
GRANT SELECT ON ALL TABLES IN SCHEMA report TO hotline_report;
-- views that a later version adds
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA report GRANT SELECT ON TABLES TO hotline_report', nspowner::regrole::text)
  FROM pg_namespace WHERE nspname = 'report' \gexec
