"""Rules for cfn-lint: ``cfn-lint template.yaml -a generator/rules``. One rule a file; helpers begin with _.

An E finding is wrong in any template, a W finding is doubtful and may have a reason, an I finding is advice.
"""
