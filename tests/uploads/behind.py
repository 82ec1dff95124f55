"""The place under a storage, by another way in than ours: the file system, or boto3."""

from __future__ import annotations

from tests import s3server
from tests.s3server import BUCKET
from uploads.s3_access import S3Access
from uploads.storage import open_storage


class DiskBehind:
    """Writes where a storage on disk keeps its objects, without asking it."""

    kind = "file"

    def __init__(self, root):
        self.root = root

    def open(self):
        return open_storage(self.root.as_uri())

    def overwrite(self, key, data):
        (self.root / key).parent.mkdir(parents=True, exist_ok=True)
        (self.root / key).write_bytes(data)

    def read(self, key):
        return (self.root / key).read_bytes()


class S3Behind:
    """Reads and writes the objects with boto3."""

    kind = "s3"

    def __init__(self, server, prefix, spool):
        self.boto, self.prefix, self.spool = server.boto(), prefix, spool
        self.url, self.endpoint = f"s3://{BUCKET}/{prefix}", server.endpoint

    def open(self, **changes):
        access = {
            "endpoint": self.endpoint,
            "region": s3server.REGION,
            "access_key_id": s3server.KEY_ID,
            "secret_access_key": s3server.SECRET,
        }
        url = changes.pop("url", self.url)
        return open_storage(url, s3=S3Access(**access | changes), spool_folder=self.spool)

    def overwrite(self, key, data):
        self.boto.put_object(Bucket=BUCKET, Key=f"{self.prefix}/{key}", Body=data)

    def read(self, key):
        found = self.boto.get_object(Bucket=BUCKET, Key=f"{self.prefix}/{key}")
        return found["Body"].read()
