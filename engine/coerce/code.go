package coerce

// Code says why a cell does not fit its column. Codes are stable; the empty
// Code means that it fits.
type Code string

// The codes.
const (
	BadInteger      Code = "bad_integer"
	IntegerFraction Code = "integer_fraction"
	IntegerOverflow Code = "integer_overflow"

	BadNumber        Code = "bad_number"
	NumericPrecision Code = "numeric_precision" // more digits before the point than the type has
	NumericScale     Code = "numeric_scale"     // more digits behind the point than the type has
	NumericNotExact  Code = "numeric_not_exact" // SQLite: a double does not give the digits back
	DoubleOverflow   Code = "double_overflow"   // beyond a double, or so small that it would be 0

	BadBoolean Code = "bad_boolean"

	BadDate       Code = "bad_date"
	AmbiguousDate Code = "ambiguous_date" // two declared formats read two dates

	BadTimestamp       Code = "bad_timestamp"
	AmbiguousTimestamp Code = "ambiguous_timestamp" // two declared formats read two times
	TimestampPrecision Code = "timestamp_precision" // finer than a microsecond
	TimestampNoOffset  Code = "timestamp_no_offset" // timestamptz without offset and source_tz
	TimestampGap       Code = "timestamp_gap"       // a local time that the clocks skipped
	TimestampOverlap   Code = "timestamp_overlap"   // a local time that the clocks showed twice

	BadUUID     Code = "bad_uuid"
	InvalidText Code = "invalid_text"

	NullInKey      Code = "null_in_key"
	NullNotAllowed Code = "null_not_allowed"
)
