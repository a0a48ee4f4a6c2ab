"""The same screening beyond one machine: Dask and Spark carry the parts, `screen_batch` reads them.

Import the engine you use: `tpmclassify.engines.dask` or `tpmclassify.engines.spark`.
"""
