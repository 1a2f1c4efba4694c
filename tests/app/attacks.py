"""Texts that would act as code, or call outside, if a page or a map took them at their word."""

ATTACKS = (
    "<img src=x onerror=window.hacked=1>",
    "${window.hacked=1}",
    "`;window.hacked=1;`",
    "</script><script>window.hacked=1</script>",
    '\\"});window.hacked=1;//',
    "{{ 7*7 }}{% raw %}{# x",
)
OUTSIDE = "evil.example"
MARKDOWN = (
    f"![x](http://{OUTSIDE}/p.png)<img src=http://{OUTSIDE}/q.png>"
    f"[l](http://{OUTSIDE}/l) www.{OUTSIDE} :red[r] **b**"
)
"""What a page would read as pictures, links and looks."""
