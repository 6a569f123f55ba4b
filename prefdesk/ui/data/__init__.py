"""The place Data: prompts in and out, the model, sampling, and what raters are asked.

Files are read and prompts are counted in the background, through the engine; nothing here trains
or rates. Imported by the window; Evaluate borrows the strip of a running job.
"""
