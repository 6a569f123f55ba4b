"""Which kinds of model transformers implements as a causal language model with a growing cache.

A folder is inspected without importing transformers, so the names are listed here. When the
model is loaded, transformers itself is asked as well. Left out on purpose: encoders, models that
need a second input (speech, images), and recurrent models without a key-value cache.
"""

_NAMES = """
    afmoe apertus arcee biogpt bitnet bloom codegen cohere cohere2 cohere2_moe deepseek_v2
    deepseek_v3 diffllama doge dots1 ernie4_5 ernie4_5_moe exaone4 exaone_moe falcon flex_olmo
    gemma gemma2 gemma3_text gemma3n_text gemma4_text glm glm4 glm4_moe glm4_moe_lite gpt2
    gpt-sw3 gpt_bigcode gpt_neo gpt_neox gpt_neox_japanese gpt_oss gptj granite granite_swa
    granitemoe granitemoe_swa granitemoeshared helium hunyuan_v1_dense hunyuan_v1_moe hyperclovax
    internlm3 jais2 jetmoe llama mellum mimo_v2_flash minicpm3 minimax_m2 ministral
    ministral3 mistral mixtral modernbert-decoder mpt nanochat nemotron olmo olmo2 olmo3 olmoe
    opt persimmon phi phi3 phimoe qwen2 qwen2_moe qwen3 qwen3_moe seed_oss smollm3 solar_open
    stablelm starcoder2 vaultgemma xglm youtu
"""

CAUSAL_LM = frozenset(_NAMES.split())
