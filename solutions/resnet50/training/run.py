"""Training from the first epoch to the file."""

import time

import numpy as np

from training.checkpoint import load_checkpoint, name_of, save_checkpoint
from training.measuring import confusion, measure_accuracy, measure_statistics
from training.network import build, widen
from training.packing import round_weights, save_model
from training.pictures import augment

GLANCE = 480  # images over which statistics are measured for the figures of one epoch


def train(model, data, plan, work, say=print):
    """Train `model` in place, going on from the checkpoint in the folder `work`.

    Returns what each epoch came to: a list of {loss, accuracy, val_loss, val_accuracy}, the first
    two over the changed training images while learning, the others over the test images.
    """
    import keras
    from rich.progress import Progress

    (images, labels), (test_images, test_labels) = data
    targets = np.eye(model.output_shape[-1], dtype=np.float32)[labels]
    model.compile(
        optimizer=keras.optimizers.Adam(plan.rate),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    model.optimizer.build(model.trainable_variables)
    checkpoint, name = work / "checkpoint.h5", name_of(plan, images, labels)
    history = load_checkpoint(checkpoint, model, name)
    first = len(history)
    if first:
        say(f"going on after epoch {first} of {plan.epochs}")
    with Progress() as progress:
        bar = progress.add_task(
            "training", total=plan.epochs * len(images), completed=first * len(images)
        )
        for epoch in range(first, plan.epochs):
            started = time.monotonic()
            rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([plan.seed, epoch])))
            model.optimizer.learning_rate.assign(plan.rate_at(epoch))
            totals = np.zeros(2)
            order = rng.permutation(len(images))
            # Batches of one size: another size would be traced anew, which takes half a minute.
            order = order[: max(len(order) // plan.batch * plan.batch, min(len(order), plan.batch))]
            for start in range(0, len(order), plan.batch):
                chosen = order[start : start + plan.batch]
                batch = augment(rng, images[chosen])
                # The figures of this batch alone, each before its step.
                totals += len(chosen) * np.array(model.train_on_batch(batch, targets[chosen]))
                progress.advance(bar, len(chosen))
            loss, accuracy = totals / len(order)
            measure_statistics(model, images[:GLANCE])
            test_loss, test_accuracy = measure_accuracy(model, test_images, test_labels)
            history.append(
                {
                    "loss": float(loss),
                    "accuracy": float(accuracy),
                    "val_loss": test_loss,
                    "val_accuracy": test_accuracy,
                }
            )
            save_checkpoint(checkpoint, model, name, history)
            say(
                f"epoch {epoch + 1}/{plan.epochs} loss {loss:.4f} accuracy {accuracy:.4f}, "
                f"test loss {test_loss:.4f} accuracy {test_accuracy:.4f}, "
                f"{time.monotonic() - started:.0f} s"
            )
    return history


def finish(model, data, path, say=print):
    """Round, measure the statistics anew, widen, save, load again, evaluate what was saved."""
    import keras

    (images, labels), (test_images, test_labels) = data
    classes = model.output_shape[-1]
    round_weights(model)
    measure_statistics(model, images)
    wide = build(classes)
    widen(model, wide)
    save_model(wide, path)
    saved = keras.models.load_model(path)
    train_loss, train_accuracy = measure_accuracy(saved, images, labels)
    test_loss, test_accuracy = measure_accuracy(saved, test_images, test_labels)
    say(f"{path}: {path.stat().st_size:,} bytes, {saved.count_params():,} parameters")
    say(f"training images: accuracy {train_accuracy:.4f}, loss {train_loss:.4f}")
    say(f"test images: accuracy {test_accuracy:.4f}, loss {test_loss:.4f}")
    say("test images, a row for each true class, a column for each answer:")
    say(str(confusion(saved, test_images, test_labels, classes)))
