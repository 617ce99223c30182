@echo off
rem Starts the plugin with the first node on PATH.
where node >nul 2>nul
if errorlevel 1 (
  echo The plugin stripe-entitlements needs Node.js 22.19 or later on PATH: https://nodejs.org 1>&2
  exit /b 1
)
node "%~dp0plugin.cjs" %*
