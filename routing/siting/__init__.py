"""Where fixed points go: exact location models, each an integer programme solved by HiGHS."""
