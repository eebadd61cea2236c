"""Outlines drawn by others: a GeoJSON in degrees, checked and thinned so that pages stay light."""

import json
import re
from math import hypot, isfinite

from cite_educative.common.spreadsheets import Column, SpreadsheetError
from cite_educative.common.spreadsheets.errors import MEGABYTE

MAX_BYTES = 5 * MEGABYTE
MAX_FEATURES = 2_000
MAX_POINTS = 20_000
NEAR = 0.0001  # degrees: about ten metres, less than a pixel of the map
DIGITS = 5
KINDS = ("Polygon", "MultiPolygon")
UNPRINTABLE = re.compile(r"[\x00-\x1f\ud800-\udfff]")


class GeometryError(ValueError):
    """An outline that cannot be drawn; the message is a French sentence."""


def read_features(content):
    """(columns, [(position from 1, values, raw geometry)]) of a FeatureCollection. Raises SpreadsheetError."""
    if len(content) > MAX_BYTES:
        raise SpreadsheetError(
            "Ce fichier dépasse 5\u00a0Mo. Gardez les seuls quartiers de votre département puis recommencez."
        )
    features = _features(_parsed(content))
    names = list(dict.fromkeys(name for feature in features for name in feature["properties"]))
    columns = [Column(index, printable(name) or f"Propriété {index + 1}") for index, name in enumerate(names)]
    rows = [
        (number, [_plain(feature["properties"].get(name)) for name in names], feature.get("geometry"))
        for number, feature in enumerate(features, start=1)
    ]
    return columns, rows


def _parsed(content):
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SpreadsheetError(
            "Ce fichier n’est pas un GeoJSON lisible. Téléchargez les contours au format GeoJSON puis recommencez."
        ) from error


def _features(data):
    features = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise SpreadsheetError(
            "Ce fichier JSON n’est pas une collection de contours (FeatureCollection)\u00a0: vérifiez son format."
        )
    kept = [{**feature, "properties": feature.get("properties")} for feature in features]
    kept = [feature for feature in kept if isinstance(feature["properties"], dict) and feature["properties"]]
    if not kept:
        raise SpreadsheetError(
            "Ce GeoJSON ne contient aucun contour décrit\u00a0: il faut un code ou un nom à chacun."
        )
    if len(kept) > MAX_FEATURES:
        raise SpreadsheetError(
            f"Ce GeoJSON contient plus de {MAX_FEATURES} contours\u00a0: gardez ceux de votre département."
        )
    return kept


def _plain(value):
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return printable(str(value))


def printable(text):
    """Without what no database keeps: control characters and halves of characters."""
    return UNPRINTABLE.sub(" ", text).strip()


def read_outline(geometry):
    """The geometry, rounded and thinned. Raises GeometryError."""
    if not isinstance(geometry, dict) or geometry.get("type") not in KINDS:
        raise GeometryError("Le contour n’est pas une surface (Polygon ou MultiPolygon).")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons or not all(isinstance(one, list) and one for one in polygons):
        raise GeometryError("Le contour est vide.")
    read = [[_ring(ring) for ring in polygon] for polygon in polygons]
    if sum(len(ring) for polygon in read for ring in polygon) > MAX_POINTS:
        raise GeometryError("Le contour est trop détaillé pour être dessiné\u00a0: simplifiez-le.")
    return {"type": geometry["type"], "coordinates": read[0] if geometry["type"] == "Polygon" else read}


def _ring(ring):
    if not isinstance(ring, list) or len(ring) < 3:
        raise GeometryError("Le contour n’est pas fermé\u00a0: il faut au moins trois points.")
    points = [_position(point) for point in ring]
    kept = [points[0]]
    for point in points[1:]:
        if hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= NEAR:
            kept.append(point)
    if kept[-1] != kept[0]:
        kept.append(kept[0])
    return kept if len(kept) >= 4 else _whole(points)


def _whole(points):
    """A ring too small to be thinned: its corners as they are."""
    corners = [list(point) for point in dict.fromkeys(map(tuple, points))]
    if len(corners) < 3:
        raise GeometryError("Le contour est réduit à un trait ou à un point.")
    return [*corners, corners[0]]


def _position(point):
    numbers = point[:2] if isinstance(point, list) else []
    if len(numbers) < 2 or not all(_is_number(number) for number in numbers):
        raise GeometryError("Un point du contour est illisible.")
    longitude, latitude = numbers
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise GeometryError(
            "Le contour n’est pas en degrés (longitude, latitude)\u00a0: convertissez le fichier en WGS\u00a084."
        )
    return [round(longitude, DIGITS), round(latitude, DIGITS)]


def _is_number(value):
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and isfinite(value))
