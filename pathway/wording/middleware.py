"""A database without wording is a set-up that was not finished: every page that needs it says so."""

from django.shortcuts import render

from pathway.wording.book import NoReleaseError


class WordingLoaded:
    """Answers 503 with the sentence that says what to run."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, NoReleaseError):
            return render(request, "503.html", {"sentence": str(exception)}, status=503)
        return None
