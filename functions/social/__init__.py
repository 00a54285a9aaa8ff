"""Who follows whom, and the one place that answers: may this viewer see this author's things?"""
