"""Classifiers on their way to the workers."""

import pickle
from dataclasses import replace

import pytest

import tpmclassify
from tpmclassify.engines.shipment import pack, unpack

TEXT = "Own the technical roadmap across engineering teams and manage the project budget."


def test_the_installed_model_is_not_sent(classifier):
    shipment, content = pack(None)
    assert content == b""
    assert len(pickle.dumps(shipment)) < 500
    arrived = unpack(shipment, content=pytest.fail)
    assert arrived.classify(TEXT).score == classifier.classify(TEXT).score


def test_an_own_model_arrives_with_its_settings(own_model):
    shipment, content = pack(own_model)
    arrived = unpack(shipment, lambda: content)
    assert arrived.get_params() == own_model.get_params()
    assert arrived.classify(TEXT).to_dict() == own_model.classify(TEXT).to_dict()


def test_a_model_file_arrives(own_model, tmp_path):
    own_model.save(tmp_path / "mine.npz")
    shipment, content = pack(tmp_path / "mine.npz")
    arrived = unpack(shipment, lambda: content)
    expected = tpmclassify.load(tmp_path / "mine.npz").classify(TEXT)
    assert arrived.classify(TEXT).to_dict() == expected.to_dict()


def test_a_worker_makes_a_classifier_once(own_model):
    own_model.set_params(max_chars=4_321)
    shipment, content = pack(own_model)
    asked = []
    first = unpack(shipment, lambda: asked.append(1) or content)
    assert unpack(shipment, lambda: asked.append(1) or content) is first
    assert len(asked) == 1


def test_settings_of_one_screening_do_not_reach_another(classifier):
    strict, _ = pack(tpmclassify.load().set_params(max_error=0.001))
    usual, _ = pack(None)
    assert unpack(strict, bytes).max_error == 0.001
    assert unpack(usual, bytes).max_error == classifier.max_error


def test_a_worker_of_another_version_refuses():
    shipment, _ = pack(None)
    with pytest.raises(tpmclassify.ModelFileError, match=r"asked for by 0\.0\.1"):
        unpack(replace(shipment, version="0.0.1"), bytes)


def test_what_is_no_model_is_refused_before_any_work(tmp_path):
    with pytest.raises(tpmclassify.ModelFileError, match="no such file"):
        pack(tmp_path / "none.npz")
    with pytest.raises(tpmclassify.NotFittedError):
        pack(tpmclassify.TPMClassifier())
