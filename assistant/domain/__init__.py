"""The words and rules of the hotline, pure: no framework, no file, no clock of their own. By subject:

appeals (诉求): appeal, appellant_key, category_evidence, category_index, citizen_filing, demands, emergencies, repeat_caller
reading a call: order_fields, said_clock, said_places, said_times, transcripts
places (街乡): address_tokens, gazetteer, home_region, location, place_names, places, places_check
city pack: catalogue, catalogue_check, intervals, nearest_names, pack_documents, pack_report, unit_directory
dispatch (派单): correction_memory, corrections, dispatch_match
work orders (工单): dispatch_rules, handling_rules, order_limits, order_masking, order_messages, order_policy, order_progress,
    order_title, time_limits, work_order, work_order_events, work_order_folding, work_order_rules
orders in and out: order_import, past_order, sample_calls, sample_orders, unit_export
follow-up and figures (回访, 三率): call_counts, edit_distance, feedback, follow_up, public_rates, small_cells, three_rates,
    whistle_metrics
watching (主动治理): burst_notice, live_events, signal_topics, watch, watch_bursts, watch_report, watch_seasons,
    watch_topics
questions: asked_as, asking_back, follow_up_question, lay_words, naming, question_text, question_types
answers (答复): declining, excerpt_choice, excerpts, opposite_case, sentence_stream, statement_fit, statement_scoring, statements,
    telling_apart
what a sentence may say: fact_support, figure_places, figures, numerals, support, terms
replies (办理答复): reply_draft, reply_facts, reply_places, reply_wording
policy documents: clause_changes, policy_draft
guards: content_screening, disguises, request_model, screening, screening_rules, word_classes
personal data (个人信息): pii, pii_addresses, pii_kinds, pii_names, pii_numbers, pii_words
text: normalise, plain_text
who works here: accounts, outside_identity, passwords, sign_in_backoff, sign_in_sessions
machinery: circuit_breaker, degradation, identifiers, rate_limit
"""
