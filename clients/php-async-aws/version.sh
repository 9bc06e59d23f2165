#!/bin/sh
# Debian's package says the version; the library does not.
set -e
php -d include_path=/usr/share/php -r 'require "AsyncAws/Core/autoload.php"; require_once "Symfony/Component/HttpClient/autoload.php";'
echo "async-aws/core $(dpkg-query -W -f '${Version}' php-async-aws-core 2>/dev/null || echo unknown)"
