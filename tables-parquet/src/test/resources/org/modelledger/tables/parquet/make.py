"""Makes the files of this directory with Apache Arrow's writer: the same ten rows under several codecs and encodings."""

import datetime
import decimal
import sys

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 10


def rows():
    missing = lambda values: [None if i % 4 == 3 else v for i, v in enumerate(values)]
    n = range(ROWS)
    return pa.table(
        {
            "flag": pa.array(missing([i % 2 == 0 for i in n]), pa.bool_()),
            "i8": pa.array([i - 5 for i in n], pa.int8()),
            "u32": pa.array([4294967295 - i for i in n], pa.uint32()),
            "i64": pa.array(missing([i * 1234567890123 for i in n]), pa.int64()),
            "u64": pa.array([i * 7 for i in n], pa.uint64()),
            "f32": pa.array(missing([i / 10 for i in n]), pa.float32()),
            "f64": pa.array([float("nan") if i == 2 else i / 3 for i in n], pa.float64()),
            "amount": pa.array([decimal.Decimal(i * 1001) / 100 for i in n], pa.decimal128(12, 2)),
            "day": pa.array([datetime.date(1970, 1, 1 + i) for i in n], pa.date32()),
            "time": pa.array([i * 1000 for i in n], pa.timestamp("us")),
            "city": pa.array(missing(["Rome", "Zürich", "", "x", "日本"] * 2), pa.string()),
        }
    )


def main(directory):
    table = rows()
    for codec in ("none", "snappy", "gzip", "zstd"):
        pq.write_table(table, f"{directory}/rows-{codec}.parquet", compression=codec, row_group_size=4)
    pq.write_table(
        table, f"{directory}/rows-checked.parquet", compression="snappy", row_group_size=4, write_page_checksum=True
    )
    pq.write_table(
        table,
        f"{directory}/rows-v2.parquet",
        compression="zstd",
        row_group_size=4,
        data_page_version="2.0",
        use_dictionary=["u64"],
        column_encoding={
            "i8": "DELTA_BINARY_PACKED",
            "u32": "DELTA_BINARY_PACKED",
            "i64": "DELTA_BINARY_PACKED",
            "f32": "BYTE_STREAM_SPLIT",
            "f64": "BYTE_STREAM_SPLIT",
            "city": "DELTA_LENGTH_BYTE_ARRAY",
        },
    )
    pq.write_table(
        table.select(["city"]),
        f"{directory}/prefixes.parquet",
        use_dictionary=False,
        column_encoding={"city": "DELTA_BYTE_ARRAY"},
    )
    required = pa.schema([pa.field("n", pa.int64(), nullable=False), pa.field("x", pa.float64(), nullable=False)])
    pq.write_table(
        pa.table({"n": [1, 2], "x": [0.5, float("inf")]}, schema=required), f"{directory}/infinite.parquet"
    )
    pq.write_table(
        pa.table(
            {
                "n": [1, 2],
                "list": [[1], [2, 3]],
                "bytes": [b"\xff", b"a"],
                "u64": pa.array([1, 2**63], pa.uint64()),
            }
        ),
        f"{directory}/other.parquet",
    )


if __name__ == "__main__":
    main(sys.argv[1])
