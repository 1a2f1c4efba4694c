"""What PostgreSQL alone gets: geometry columns and views, so that QGIS reads the store."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

_EXTENSION = "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"
_COLUMN = """
    SELECT count(*) FROM pg_attribute
    WHERE attrelid = to_regclass('record') AND attname = 'geom' AND NOT attisdropped
"""
_COLUMNS = (
    (
        "record",
        "geometry(Point, 4326)",
        "ST_SetSRID(ST_MakePoint(lon, lat), 4326)",
    ),
    (
        "layer_feature",
        "geometry(Geometry, 4326)",
        "ST_SetSRID(ST_GeomFromWKB(shape), 4326)",
    ),
)
_VIEWS = (
    """
    CREATE VIEW record_now AS
    SELECT version_id, area, record_id, source, source_ref, type, status, summary, address,
        community, grid_code, outcome, geo_precision, time_precision,
        to_timestamp(occurred_from / 1000000.0) AS occurred_from,
        to_timestamp(occurred_to / 1000000.0) AS occurred_to,
        to_timestamp(received_at / 1000000.0) AS received_at,
        geom
    FROM record WHERE until_seq IS NULL AND NOT removed
    """,
    """
    CREATE VIEW layer_now AS
    SELECT version_id, area, layer, feature_id, attributes::jsonb AS attributes,
        valid_from, valid_to, geom
    FROM layer_feature
    WHERE until_seq IS NULL AND valid_from <= current_date
        AND (valid_to IS NULL OR valid_to > current_date)
    """,
)


def lacks_geometry(connection: Connection) -> bool:
    """Tell whether a server has PostGIS and the store no geometry column yet."""
    if connection.dialect.name != "postgresql" or not connection.scalar(text(_EXTENSION)):
        return False
    return not connection.scalar(text(_COLUMN))


def make_postgis(connection: Connection) -> None:
    """Make the extension on a server where it is installed and this user may."""
    if connection.dialect.name != "postgresql" or connection.scalar(text(_EXTENSION)):
        return
    attempt = connection.begin_nested()
    try:
        connection.execute(text("CREATE EXTENSION postgis"))
    except DBAPIError:
        attempt.rollback()  # shapes are kept as WKB all the same
    else:
        attempt.commit()


def add_geometry(connection: Connection) -> None:
    """Add a generated column `geom` with its index, and views of what holds now.

    Only where `lacks_geometry`. The views are dropped and made again by a migration that changes
    one of their columns.
    """
    for table, kind, expression in _COLUMNS:
        column = f"geom {kind} GENERATED ALWAYS AS ({expression}) STORED"
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column}"))
        connection.execute(text(f"CREATE INDEX ix_{table}_geom ON {table} USING gist (geom)"))
    for view in _VIEWS:
        connection.execute(text(view))
