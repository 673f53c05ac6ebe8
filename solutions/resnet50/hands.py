"""Draw the data set: small pictures of hands that show 0 to 5 raised fingers.

They are drawn by the modules in `drawing/`: a skeleton takes a pose, a camera looks at it, its
surface is found on each line of sight, and skin, light, background and lens make a picture of it.
A picture depends on a seed, its split and its number alone, and is the same on every machine.

    python solutions/resnet50/hands.py --out solutions/resnet50/datasets
    python solutions/resnet50/hands.py --check solutions/resnet50/datasets --every 1
    python solutions/resnet50/hands.py --count 6000 --seed 7 --out build/more
"""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from drawing.dataset import EXTRA, SEED, SIZES, difference, draw_split, render, write_split
from drawing.picture import draw

__all__ = ["draw", "draw_split", "main", "render"]


def main(arguments=None):
    """Draw what is asked for; the exit status: 1 if committed files are not what is drawn."""
    options = _options(arguments)
    if options.sample:
        from drawing.sheet import write_sample

        write_sample(options.sample, seed=options.seed)
        print(f"{options.sample}: {options.sample.stat().st_size:,} bytes")
    if options.count:
        images, labels = _drawn(EXTRA, options.count, options)
        _written(options.out, EXTRA, images, labels)
        return 0
    differences = []
    for split in SIZES if options.out or options.check else ["train"] * bool(options.contact_sheet):
        # A sample is enough to tell that drawing has changed, and takes seconds.
        every = 1 if options.out or options.contact_sheet else options.every
        images, labels = _drawn(split, None, options, every)
        if options.out:
            _written(options.out, split, images, labels)
        if options.check:
            differences.append(difference(options.check, split, images, labels, every))
            sample = "every picture" if every == 1 else f"one picture in {every}"
            print(f"{split}: all labels and {sample} compared, {len(images):,} drawn")
        if options.contact_sheet and split == "train":
            from drawing.sheet import write_contact_sheet

            write_contact_sheet(options.contact_sheet, images, labels)
            print(f"{options.contact_sheet}: {options.contact_sheet.stat().st_size:,} bytes")
    for line in filter(None, differences):
        print(line)
    if any(differences):
        print("Draw the files anew with --out, or undo the change to the drawing.")
    return int(any(differences))


def _options(arguments):
    parser = argparse.ArgumentParser(description="Draw the hands data set.")
    parser.add_argument("--out", type=Path, help="folder for train_signs.h5 and test_signs.h5")
    parser.add_argument("--check", type=Path, help="folder whose two files must be what is drawn")
    parser.add_argument(
        "--every", type=int, default=8, metavar="N", help="of which --check draws one in N (8)"
    )
    parser.add_argument(
        "--count", type=int, help="draw so many pictures that are in neither file: extra_signs.h5"
    )
    parser.add_argument("--contact-sheet", type=Path, help="write an overview of the training set")
    parser.add_argument("--sample", type=Path, help="write one large picture as JPEG")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes to use")
    options = parser.parse_args(arguments)
    if not (options.out or options.check or options.contact_sheet or options.sample):
        parser.error("nothing to do: give --out, --check, --contact-sheet or --sample")
    if options.count is not None and (options.count < 1 or not options.out):
        parser.error("--count takes a number of at least 1, and goes with --out")
    if options.jobs < 1 or options.every < 1:
        parser.error("--jobs and --every take a number of at least 1")
    return options


def _drawn(split, count, options, every=1):
    from rich.progress import Progress

    with Progress() as progress:
        task = progress.add_task(f"drawing {split}", total=-(-(count or SIZES[split]) // every))
        advance = partial(progress.advance, task)
        return draw_split(split, count, options.seed, options.jobs, advance, every)


def _written(folder, split, images, labels):
    path = write_split(folder, split, images, labels)
    print(f"{path}: {len(images):,} images, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
