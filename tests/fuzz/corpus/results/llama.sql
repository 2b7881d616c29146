CREATE TABLE IF NOT EXISTS test (build_commit TEXT);
INSERT INTO test (build_commit, gpu_info, backends, model_type, n_prompt, n_gen, avg_ts) VALUES ('abc', 'NVIDIA', 'CUDA', 'llama 8B Q4_0', '0', '128', '150.0');
