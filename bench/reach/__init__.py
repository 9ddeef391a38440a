"""What jouleprint costs and how exact it is, measured beside other tools in one run; see bench/README.md."""
