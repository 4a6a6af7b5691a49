"""Every page for what cannot be done says what is wrong and where to go on, with or without a request."""

import pytest
from django.template.loader import render_to_string

STATUSES = ("400", "403", "404", "409", "413", "429", "500", "503")


@pytest.mark.parametrize("status", STATUSES)
def test_it_shows_the_sentence_and_a_way_on(status):
    html = render_to_string(f"{status}.html", {"sentence": "The <b>sentence</b> of the view."})
    assert "The &lt;b&gt;sentence&lt;/b&gt; of the view." in html
    assert "<h1" in html
    assert 'id="main"' in html
    assert "not a medical device cleared for use" in html
    main = html[html.index("<main") : html.index("</main>")]
    assert 'href="/' in main
